import { domains } from '@backhaul/shared';
import { releasedFolder, writeRelease } from './released-schemas.ts';

for (const domain of Object.values(domains)) {
  process.stdout.write(`${domain.name} ${domain.schemaVersion}: ${writeRelease(domain, releasedFolder(domain))}\n`);
}
