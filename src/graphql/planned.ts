import type { Plugin } from 'graphql-yoga';
import type { Context } from './context.ts';
import { executePlanned } from './execute.ts';

/** Has whatever comes over HTTP and WebSockets executed by plans. */
export function plannedExecution(): Plugin {
  return {
    onExecute: ({ setExecuteFn }) =>
      setExecuteFn((args) => {
        (args.contextValue as Context).touched?.executing();
        return executePlanned(args);
      }),
  };
}
