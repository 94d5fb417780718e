/** People of the demo business that the service makes at its first start in development. */
export const DEMO_PEOPLE = [
  {
    email: 'manager@demo.backhaul.example',
    name: 'Marta Oliveira',
    does: 'Manager: sees everything, settles conflicts',
  },
  { email: 'ana@demo.backhaul.example', name: 'Ana Ribeiro', does: 'Team lead: sees her team’s tasks' },
  { email: 'carlos@demo.backhaul.example', name: 'Carlos Mendoza', does: 'Team lead: sees his team’s tasks' },
] as const;
