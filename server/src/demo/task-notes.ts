export const PLANNED_NOTES = [
  'Bring the long ladder, the hallway light is high',
  'Client asked for extra care in the entrance hall',
  'Fragrance-free products only, allergies',
  'Take a fresh pack of cloths from the van',
  'Focus on the restroom, visitors arrive in the evening',
  'Trazer o aspirador pequeno, a escada é estreita',
  'Dejar las llaves en la caja al terminar',
  'Leave the invoice on the kitchen table',
  'Call ten minutes before arriving',
] as const;

export const DONE_NOTES = [
  'All done, windows left open to dry the floor',
  'Faucet is loose, told the client',
  'Tudo certo. Cliente pediu para voltar na sexta',
  'Used the last descaler, restock the van',
  'Small stain on the carpet was there before, photo taken',
  'Client was not home, key back in the lockbox',
  'Todo limpio, faltó el garaje porque estaba cerrado',
  'Half an hour longer: the fridge had to be defrosted',
] as const;

export const CANCELED_NOTES = [
  'Client is sick, call again next week',
  'Snow on the driveway, moved to next week',
  'Nobody opened, waited twenty minutes',
  'Cancelado pelo cliente na véspera',
] as const;
