import type { Messages } from './messages.ts';

const changes = (count: number): string => `${count} ${count === 1 ? 'cambio' : 'cambios'}`;
const wait = (count: number): string => `${changes(count)} sin enviar.`;

function othersWait(files: number, messages: number): string {
  const parts = [
    ...(files > 0 ? [`${files} ${files === 1 ? 'archivo' : 'archivos'}`] : []),
    ...(messages > 0 ? [`${messages} ${messages === 1 ? 'mensaje' : 'mensajes'}`] : []),
  ];
  return `${parts.join(' y ')} sin enviar.`;
}

export const spanish: Messages = {
  language: 'es',

  synced: 'Todo está sincronizado.',
  offline: 'Sin conexión. Puedes seguir trabajando.',
  waiting: wait,
  waitingForServer: (count) => `${wait(count)} El servicio es más antiguo que esta aplicación.`,
  offlineWaiting: (count) => `Sin conexión. ${wait(count)}`,
  othersWaiting: othersWait,
  sending: (count) => `Enviando ${changes(count)}…`,
  syncing: 'Sincronizando…',
  fetching: 'Buscando novedades…',
  trouble: explain,
  revoked: 'Un responsable ha dado de baja este dispositivo. Ya no se sincroniza nada.',

  notSentYet: 'Sin enviar',
  conflicts: (count) => `${count} ${count === 1 ? 'conflicto' : 'conflictos'}`,

  refused: (count) => (count === 1 ? '1 cambio no aceptado' : `${count} cambios no aceptados`),
  deleteRefused: 'No se pudo eliminar.',
  createOrEditRefused: 'Lo que escribiste no fue aceptado.',
  reasons: {
    MALFORMED_CHANGE: 'No se pudo leer el cambio.',
    INVALID_ID: 'Un registro está mal identificado.',
    INVALID_FIELD: 'Un valor es de otro tipo.',
    INVALID_TEXT: 'Un texto es demasiado largo o tiene caracteres que no se pueden guardar.',
    INVALID_DATE: 'Una fecha u hora no existe.',
    INVALID_AMOUNT: 'Un importe tiene más de dos decimales o es demasiado grande.',
    REQUIRED_FIELD: 'Falta un campo obligatorio.',
    DUPLICATE_VALUE: 'Otro registro ya tiene ese valor.',
    RECORD_GONE: 'El registro ha sido eliminado.',
    FORBIDDEN: 'No tienes permiso para cambiar esto.',
    BODY_TOO_LARGE: 'Es demasiado grande para enviarlo.',
    CHANGE_ID_REUSED: 'El cambio se confundió con otro. Inténtalo de nuevo.',
    INTERNAL_CHANGE: 'El servicio no pudo guardarlo.',
    TYPE_NOT_ALLOWED: 'Esta empresa no acepta archivos de este tipo.',
    ATTACHMENT_TOO_LARGE: 'El archivo es más grande de lo que acepta esta empresa.',
    UPLOAD_MISMATCH: 'Lo que ha llegado no es este archivo. Añádalo de nuevo.',
    CHECKSUM_MISMATCH: 'El archivo se ha dañado en este dispositivo. Añádalo de nuevo.',
    NOT_FOUND: 'El registro ya no existe.',
  },
  edit: 'Editar',
  cancel: 'Cancelar',
  retry: 'Reintentar',
  discard: 'Descartar',
  confirmDiscard: 'Lo que escribiste se perderá para siempre.',
  discardForGood: 'Descartar definitivamente',
  keep: 'Conservar',
  retried: (record) => `${record}: se enviará de nuevo.`,
  discarded: (record) => `${record}: descartado.`,
  didNotWork: (reason) => `No funcionó: ${reason}`,

  messagesNotSent: (count) => `${count} ${count === 1 ? 'mensaje' : 'mensajes'} sin enviar`,
  messageRetried: (record) => `${record}: se volverá a pedir.`,
  sendStates: { waiting: 'por enviar.', refused: 'no aceptado.' },
  sendReasons: {
    UNREACHABLE: 'Falta una dirección válida del cliente.',
    OPTED_OUT: 'El cliente no desea recibir mensajes por esta vía.',
    OPEN_CONFLICT: 'Primero hay que resolver el conflicto abierto de este registro.',
    ALREADY_BILLED: 'Otra factura cobra la misma tarea.',
    UPLOAD_MISSING: 'El archivo que lo acompaña aún no ha llegado.',
    RATE_LIMITED: 'Demasiados mensajes a la vez; espera su turno.',
    FORBIDDEN: 'No tienes permiso para enviar esto.',
    NOT_FOUND: 'El registro o su archivo ya no existe.',
    RECORD_GONE: 'El archivo que lo acompaña se ha eliminado.',
    NOT_SENDABLE: 'Esto no se puede enviar, o no con este archivo.',
    ATTACHMENTS_UNAVAILABLE: 'El servicio no guarda archivos.',
    UNSUPPORTED: 'El servicio no puede enviarlo por esta vía.',
    UNAVAILABLE: 'No se puede contactar con el servicio; se reintentará.',
  },
  channels: { sms: 'SMS', whatsapp: 'WhatsApp', email: 'correo' },
  confirmDiscardMessage: 'Este dispositivo ya no lo enviará.',

  fileWaiting: 'En este dispositivo, sin enviar',
  fileSending: (percent) => `Enviando, ${percent} %`,
  fileRefused: (reason) => `No se ha aceptado: ${reason}`,
  inspector: {
    title: 'La sincronización en detalle',
    refresh: 'Volver a mirar',
    export: 'Guardar un informe',
    phase: 'Fase',
    leads: 'Esta pestaña sincroniza',
    live: 'En directo',
    pending: 'Cambios sin enviar',
    refusedChanges: 'Cambios no aceptados',
    files: 'Archivos',
    messages: 'Mensajes a clientes',
    waitingAndRefused: (waiting, refused) => `${waiting} sin enviar, ${refused} no aceptados`,
    error: 'Problema',
    cursor: 'Hasta',
    clockOffset: 'El reloj va atrasado',
    storage: 'Almacenamiento',
    versions: 'Esquema aquí / en el servicio',
    device: 'Dispositivo',
    nothingWaits: 'No hay nada por enviar.',
    waits: 'Por enviar',
    change: 'Cambio',
    deletion: 'eliminación',
    state: 'Estado',
    states: { unsent: 'sin enviar', sent: 'enviado, sin respuesta', held: 'en espera', setAside: 'apartado' },
    age: 'Antigüedad',
    cycles: 'Últimos ciclos',
    began: 'Comienzo',
    took: 'Duración',
    underWay: 'en curso',
    sent: 'Enviado',
    received: 'Recibido',
  },

  yes: 'Sí',
  no: 'No',
  nothing: 'Nada',
};

function explain(code: string): string {
  switch (code) {
    case 'NETWORK':
    case 'TIMEOUT':
    case 'UNAVAILABLE':
      return 'No se puede contactar con el servicio; se reintentará.';
    case 'TOKEN_UNAVAILABLE':
    case 'UNAUTHENTICATED':
    case 'TOKEN_EXPIRED':
      return 'Tu sesión ha caducado. Inicia sesión de nuevo para sincronizar.';
    case 'MEMBER_DISABLED':
    case 'MEMBER_REMOVED':
      return 'Ya no perteneces a esta empresa.';
    case 'STORAGE':
    case 'STORAGE_FULL':
    case 'STORAGE_UNAVAILABLE':
    case 'STORAGE_BLOCKED':
      return 'Este navegador no puede guardar: su almacenamiento está lleno o bloqueado.';
    default:
      return `La sincronización no avanza (${code}); se reintentará.`;
  }
}
