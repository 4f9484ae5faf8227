/** Faults of GitHub, its network and its runners, from one seed. */
export type { CallFault, FaultConfig, FaultConfigInput } from './config.ts';
export { faultsDoor } from './door.ts';
export { Faults } from './faults.ts';
export { faultyHandle } from './handle.ts';
export { callSites, type CallSite, type LoggedCall } from './log.ts';
export { faultyEngine } from './runners.ts';
export { spoil } from './sockets.ts';
export { CrashFault, TransportFault, type Transport } from './thrown.ts';
export { faultyBytes } from './uploads.ts';
