/** Webhooks: who subscribes to what, the outbox, and the ways out of it. */
export type { Fate, Fates, HookAnswer, HookRequest, Send } from './attempt.ts';
export { startDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
export { forgetHooks } from './hooks.ts';
export { deliverToHooks } from './listener.ts';
export { inMemoryDispatch, type MemoryDelivery, type MemoryDispatch } from './memory.ts';
export { httpSend } from './send.ts';
