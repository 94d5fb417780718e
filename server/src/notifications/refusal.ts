/** Why a message does not leave: a code, and its sentence. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}
