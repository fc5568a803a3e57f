/**
 * Tells API Gateway whose usage plan a request counts against: the one that knows the SHA-256 of the caller's key. So
 * callers send one header here as elsewhere, and no key lies in API Gateway. Whether the key is good is for the API to say.
 */
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { hashKey } from '../infra/keys.ts';

export async function handler(event: APIGatewayTokenAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const key = event.authorizationToken.replace(/^Bearer +/i, '');
  const usageIdentifierKey = hashKey(key);
  const [api, stage] = event.methodArn.split('/');
  return {
    principalId: usageIdentifierKey,
    usageIdentifierKey,
    policyDocument: {
      Version: '2012-10-17',
      // The answer is kept for a while and must fit the caller's other requests, too.
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*` }],
    },
  };
}
