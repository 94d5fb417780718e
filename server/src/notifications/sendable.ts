import type { TenantTx } from '@backhaul/db';
import type { Channel, ErrorCode, Json, Language, RecordId, RecordValues } from '@backhaul/shared';
import type { SettingsValues } from '@backhaul/shared/schemas';
import type { DocumentLook } from '../documents/read-look.ts';
import type { RenderedMessage } from '../infra/messengers/messenger.ts';

/**
 * A kind of record that is sent to people outside: what a domain's server part declares. Sending, retries and states know
 * nothing of what is sent.
 */
export interface Sendable {
  /** `POST /v1/<path>/:id/send`. */
  readonly path: string;
  readonly entity: string;
  readonly refusals: readonly ErrorCode[];
  /** What its recipient would see now. Reads through `source` alone. */
  describe(source: SendSource): Promise<Description>;
  /** Under the tenant clock's lock, before it is sent: throws an ApiError of `refusals`. */
  refuseIssue(tx: TenantTx, issue: Issue): Promise<void>;
  /** Pure: the same content is said in the same words, at every attempt. */
  render(letter: Letter, channel: Channel): RenderedMessage;
  /** The page behind the link: whole HTML without scripts. */
  page(letter: Letter): string;
  /** The document itself. */
  pdf(document: PrintedDocument): Promise<PdfFile>;
}

export interface Issue {
  readonly id: RecordId;
  readonly record: RecordValues;
  /** Whether another record of the kind stands back for this one; none does if left out. */
  readonly yields?: (other: RecordId) => Promise<boolean>;
}

export interface PrintedDocument extends Pick<Letter, 'content' | 'disputeLink'> {
  readonly look: DocumentLook;
}

export interface PdfFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export interface SendSource {
  readonly id: RecordId;
  readonly record: RecordValues;
  /** Of another record of the tenant; `null`: there is none that lives. */
  readonly related: (entity: string, id: RecordId) => Promise<RecordValues | null>;
  readonly settings: SettingsValues;
  readonly tenantName: string;
  /** As it is printed on the document; `null`: it has none. */
  readonly number: string | null;
}

export interface FileOwner {
  readonly entity: string;
  readonly id: RecordId;
}

export type Description =
  /** It is not for sending; a sentence says why. */
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'sendable';
      /** Everything that the recipient would see, and nothing else. */
      readonly content: Json;
      /** As they are stored; `null`: not known. */
      readonly addresses: { readonly [C in Channel]: string | null };
      readonly language: Language;
      readonly from: string;
      readonly replyTo: string | null;
      /** From then on its recipient can not dispute it any more; `null`: nor before. */
      readonly disputableUntil: Date | null;
      /** Whose files may go along. */
      readonly fileOwners: readonly FileOwner[];
    };

/** What a message is made from. */
export interface Letter {
  readonly content: Json;
  /** The sender's own words. */
  readonly message: string | null;
  readonly link: string;
  /** What goes along; `null`: nothing. */
  readonly file: LetterFile | null;
  /** `null`: it can not be disputed. */
  readonly disputeLink: string | null;
  readonly language: Language;
}

export interface LetterFile {
  /** `null`: it has no name. */
  readonly name: string | null;
  /** Bytes. */
  readonly size: number;
  /** Opens it, for as long as `link` opens the letter and the file is not deleted. */
  readonly link: string;
}
