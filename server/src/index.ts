export { createApp } from './app.ts';
export type { AccessEntry } from './http/access-table.ts';
export { type Config, ConfigError, loadConfig, type TokenSettings } from './config/load-config.ts';
export type { Services } from './services.ts';
export { type CreatedService, createService, type RunningService, StartError, startService } from './start-service.ts';
