/** A person who can sign in to the demo business. */
export interface DemoPerson {
  readonly email: string;
  readonly name: string;
}

export const DEMO_MANAGER: DemoPerson = { email: 'manager@demo.backhaul.example', name: 'Marta Oliveira' };

/** Members with the role employee; each is the employee record of the same name. */
export const DEMO_EMPLOYEES: readonly DemoPerson[] = [
  { email: 'ana@demo.backhaul.example', name: 'Ana Ribeiro' },
  { email: 'carlos@demo.backhaul.example', name: 'Carlos Mendoza' },
];
