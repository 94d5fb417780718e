/** What the rules and the dump know of a database: everything in the schema `public`, in a fixed order. */
export interface Catalog {
  readonly tables: readonly Table[];
  readonly views: readonly View[];
  readonly functions: readonly SqlFunction[];
  /** The roles that own or may use something here. */
  readonly roles: readonly DatabaseRole[];
  /** Schemas besides `public`, the system's, the migrator's and the job queue's: what is in them is read by nobody here. */
  readonly otherSchemas: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly policies: readonly Policy[];
  /** Definitions of triggers that somebody made; those of foreign keys are not among them. */
  readonly triggers: readonly string[];
  readonly grants: readonly TableGrant[];
}

export interface Column {
  readonly name: string;
  /** Short names: `timestamptz`, `integer`, `numeric(14,2)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
}

export interface Constraint {
  readonly name: string;
  readonly kind: 'primary key' | 'unique' | 'foreign key' | 'check' | 'other';
  readonly columns: readonly string[];
  /** Of a foreign key: the table it refers to and the columns there. */
  readonly references: { readonly table: string; readonly columns: readonly string[] } | null;
  readonly definition: string;
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  /** Made by a primary key or unique constraint. */
  readonly ofConstraint: boolean;
  /** In key order; an expression is `null`. */
  readonly columns: readonly (string | null)[];
  readonly definition: string;
}

/** Stands for the owner of the tables among the roles of a policy. */
export const OWNER = 'owner';

export interface Policy {
  readonly name: string;
  readonly command: string;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface TableGrant {
  readonly role: string;
  /** Lower case, in alphabetical order. */
  readonly privileges: readonly string[];
}

export interface View {
  readonly name: string;
  readonly definition: string;
  readonly securityInvoker: boolean;
}

export interface SqlFunction {
  readonly name: string;
  readonly definition: string;
  readonly securityDefiner: boolean;
}

export interface DatabaseRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly createsRoles: boolean;
  readonly ownsTables: boolean;
  /** Roles whose rights it can take on. */
  readonly memberOf: readonly string[];
}
