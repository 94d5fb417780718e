import type { UploadProgress } from '../attachments/attachments.ts';
import type { Messages } from './messages/messages.ts';

/** Where an upload stands, in a sentence; `null` where there is nothing to say. */
export function describeUpload(upload: UploadProgress | undefined, messages: Messages): string | null {
  switch (upload?.state.kind) {
    case undefined:
    case 'done':
      return null;
    case 'waiting':
      return messages.fileWaiting;
    case 'rejected': {
      const { code, message } = upload.state.error;
      return messages.fileRefused(messages.reasons[code] ?? message);
    }
    case 'announcing':
    case 'sending':
    case 'completing':
      return messages.fileSending(upload.size === 0 ? 100 : Math.round((upload.sent / upload.size) * 100));
  }
}
