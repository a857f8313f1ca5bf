// The door of `parley/client`: all that an app may import.
export { type ClientOptions, createClient, type ParleyClient } from './client.ts';
export type { Document, VariablesOf } from './document.ts';
export { ClosedError, OutcomeUnknownError, RefusedError, UnresumableError } from './errors.ts';
export type { Events, Followed, FollowOptions, ReadAndFollowOptions } from './follow.ts';
export type { ConnectionState } from './state.ts';
