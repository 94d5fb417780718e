import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { envExample } from './env-example.ts';

await writeFile(resolve(import.meta.dirname, '../../../.env.example'), envExample());
