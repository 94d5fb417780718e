import type { Role } from '@backhaul/shared';

/** A member, as the simulation knows them. */
export interface Person {
  readonly index: number;
  readonly name: string;
  readonly email: string;
  readonly userId: string;
  readonly token: string;
  /** The employee record that stands for them; `null`: a manager without one. */
  readonly employeeId: string | null;
  /** Has been anything but an active manager at some time, so that rights may have been missing when a change arrived. */
  limited: boolean;
  role: Role;
}
