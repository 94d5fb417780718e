import { BackhaulError } from './errors.ts';

/**
 * A part of the SDK that an app loads when it is first needed. Rejects `PART_UNAVAILABLE` where it can not be, without a network
 * for example; nothing has been done then. A later call asks for it again; whether the same page fetches it again, the browser
 * decides.
 */
export function loadPart<Part>(loading: Promise<Part>): Promise<Part> {
  return loading.catch((error: unknown) => {
    throw new BackhaulError('PART_UNAVAILABLE', String(error));
  });
}
