import type { TenantId } from '@backhaul/shared';

export interface NotificationKey {
  readonly tenantId: TenantId;
  readonly notificationId: string;
}
