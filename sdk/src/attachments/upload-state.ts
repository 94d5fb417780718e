import type { BackhaulErrorCode } from '../errors.ts';

/** Where a file stands on its way to the service; see `upload-machine.ts`. */
export type UploadState =
  | {
      readonly kind: 'waiting';
      readonly next: Step;
      readonly attempt: number;
      /** Milliseconds since 1970; `null`: it may go at once. */
      readonly notBefore: number | null;
      /** Of the last attempt. */
      readonly error: UploadError | null;
    }
  | { readonly kind: 'announcing' | 'sending' | 'completing'; readonly attempt: number }
  | { readonly kind: 'rejected'; readonly error: UploadError }
  | { readonly kind: 'done' };

export type Step = 'announce' | 'complete';

export interface UploadError {
  readonly code: BackhaulErrorCode;
  readonly message: string;
}

export const NEW_UPLOAD: UploadState = { kind: 'waiting', next: 'announce', attempt: 0, notBefore: null, error: null };

/** Kinds of state in which a file is still to be sent. */
export const WAITING: readonly UploadState['kind'][] = ['waiting', 'announcing', 'sending', 'completing'];

/** Files whose bytes are on this device alone, as far as it knows. */
export const UNSENT: readonly UploadState['kind'][] = [...WAITING, 'rejected'];
