/** What clients say that they accept, to the letter. */
export const ACCEPT = {
  JSON: 'application/json',
  'the protocol': 'application/graphql-response+json',
  'whoever takes anything': '*/*',
  'Apollo Client': 'application/graphql-response+json,application/json;q=0.9',
  urql: 'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
} as const;
