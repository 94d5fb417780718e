import {
  type EntityAccess,
  FULL_ACCESS,
  type Grant,
  NO_ACCESS,
  READ_ONLY,
  type RoleTable,
} from '../../domain/roles.ts';

type EntityName = 'client' | 'employee' | 'team' | 'service_type' | 'task' | 'finance_entry' | 'attachment';

const OWN_TASKS = [
  { field: 'assignedEmployeeId', key: 'employee' },
  { field: 'teamId', key: 'team' },
] as const;

const OWN_ENTRIES = [{ field: 'employeeId', key: 'employee' }] as const;

/** Their own money out of pocket, as long as nobody has paid it back. */
const OWN_PENDING_EXPENSES: Grant = {
  rows: OWN_ENTRIES,
  where: { kind: ['expenseOutOfPocket'], type: ['payable'], status: ['pending'] },
  fields: [
    'title',
    'amount',
    'type',
    'dueDate',
    'status',
    'method',
    'currency',
    'clientId',
    'clientName',
    'employeeId',
    'employeeName',
    'kind',
    'receiptAttachmentId',
    'notes',
  ],
};

const taskForEmployee: EntityAccess = {
  ...NO_ACCESS,
  read: [{ rows: OWN_TASKS, fields: 'all' }],
  update: [{ rows: OWN_TASKS, fields: ['status', 'notes', 'checkInTime', 'checkOutTime'] }],
};

/** The clients of the tasks that they see, finished ones included. */
const clientForEmployee: EntityAccess = {
  ...NO_ACCESS,
  read: [{ rows: [{ via: 'task', field: 'clientId' }], fields: 'all' }],
};

const employeeForEmployee: EntityAccess = {
  ...NO_ACCESS,
  read: [
    { rows: [{ field: 'id', key: 'employee' }], fields: 'all' },
    { rows: 'all', fields: ['name', 'roleTitle', 'teamId'] },
  ],
};

const financeForEmployee: EntityAccess = {
  ...NO_ACCESS,
  read: [{ rows: OWN_ENTRIES, where: { kind: ['payrollEmployee', 'expenseOutOfPocket'] }, fields: 'all' }],
  create: [OWN_PENDING_EXPENSES],
  update: [OWN_PENDING_EXPENSES],
};

/** Files are asked for, not pushed: these are the records to which a member may add some. */
const attachmentForManager: EntityAccess = {
  ...READ_ONLY,
  create: [{ rows: [{ owner: 'task' }, { owner: 'finance_entry' }], fields: 'all' }],
};

/** Of what they see. A receipt may arrive when the expense has been paid back already. */
const attachmentForEmployee: EntityAccess = {
  ...NO_ACCESS,
  read: [{ rows: [{ owner: 'task' }, { owner: 'finance_entry' }], fields: 'all' }],
  create: [
    {
      rows: [{ owner: 'task' }, { owner: 'finance_entry', where: { kind: ['expenseOutOfPocket'] } }],
      fields: 'all',
    },
  ],
};

export const roles: RoleTable<EntityName> = {
  manager: {
    client: FULL_ACCESS,
    employee: FULL_ACCESS,
    team: FULL_ACCESS,
    service_type: FULL_ACCESS,
    task: FULL_ACCESS,
    finance_entry: FULL_ACCESS,
    attachment: attachmentForManager,
  },
  employee: {
    client: clientForEmployee,
    employee: employeeForEmployee,
    team: READ_ONLY,
    service_type: READ_ONLY,
    task: taskForEmployee,
    finance_entry: financeForEmployee,
    attachment: attachmentForEmployee,
  },
};
