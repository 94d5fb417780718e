import { describe, expect, test } from 'vitest';
import type { SyncStatus } from '../status/sync-status.ts';
import { describeStatus } from './describe-status.ts';
import { english } from './messages/en.ts';
import { spanish } from './messages/es.ts';

const IDLE: Parameters<typeof describeStatus>[0] = {
  phase: 'idle',
  online: true,
  error: null,
  pending: 0,
  heldForServer: 0,
  uploads: 0,
  sends: 0,
};
const failed = (code: NonNullable<SyncStatus['error']>['code']) => ({ error: { code, message: 'x' } });

describe('the status says', () => {
  test.each<[string, Partial<typeof IDLE>, string, string, string]>([
    ['that all is well', {}, 'good', 'Everything is synced.', 'Todo está sincronizado.'],
    ['what waits', { pending: 1 }, 'waiting', '1 change waits.', '1 cambio sin enviar.'],
    [
      'what waits for a newer service',
      { pending: 2, heldForServer: 2 },
      'waiting',
      '2 changes wait. The service is older than this app.',
      '2 cambios sin enviar. El servicio es más antiguo que esta aplicación.',
    ],
    [
      'that work goes on offline',
      { online: false },
      'waiting',
      'Offline. You can go on working.',
      'Sin conexión. Puedes seguir trabajando.',
    ],
    [
      'what waits offline',
      { online: false, pending: 2 },
      'waiting',
      'Offline. 2 changes wait.',
      'Sin conexión. 2 cambios sin enviar.',
    ],
    ['that a message waits', { sends: 1 }, 'waiting', '1 message waits.', '1 mensaje sin enviar.'],
    [
      'that files and a message wait',
      { uploads: 2, sends: 1 },
      'waiting',
      '2 files and 1 message wait.',
      '2 archivos y 1 mensaje sin enviar.',
    ],
    [
      'all that waits offline',
      { online: false, pending: 1, uploads: 1 },
      'waiting',
      'Offline. 1 change waits. 1 file waits.',
      'Sin conexión. 1 cambio sin enviar. 1 archivo sin enviar.',
    ],
    ['what is being sent', { phase: 'pushing', pending: 3 }, 'busy', 'Sending 3 changes…', 'Enviando 3 cambios…'],
    ['that it looks for news', { phase: 'pulling' }, 'busy', 'Fetching news…', 'Buscando novedades…'],
    [
      'that the service is away, and what waits',
      { ...failed('NETWORK'), pending: 2 },
      'bad',
      'The service can not be reached; trying again. 2 changes wait.',
      'No se puede contactar con el servicio; se reintentará. 2 cambios sin enviar.',
    ],
    [
      'that the device was removed, offline or not',
      { phase: 'stopped', online: false, ...failed('DEVICE_REVOKED') },
      'bad',
      'A manager has removed this device. Nothing is synced any more.',
      'Un responsable ha dado de baja este dispositivo. Ya no se sincroniza nada.',
    ],
    [
      'the code of what nobody foresaw',
      failed('INTERNAL'),
      'bad',
      'Sync does not get through (INTERNAL); trying again.',
      'La sincronización no avanza (INTERNAL); se reintentará.',
    ],
  ])('%s', (_, changes, mood, inEnglish, inSpanish) => {
    expect(describeStatus({ ...IDLE, ...changes }, english)).toEqual({ mood, text: inEnglish });
    expect(describeStatus({ ...IDLE, ...changes }, spanish)).toEqual({ mood, text: inSpanish });
  });
});

test('both languages know the same reasons, and each has its own words', () => {
  expect(Object.keys(spanish.reasons)).toEqual(Object.keys(english.reasons));
  const same = Object.keys(english.reasons).filter(
    (code) => english.reasons[code as 'FORBIDDEN'] === spanish.reasons[code as 'FORBIDDEN'],
  );
  expect(same).toEqual([]);
});
