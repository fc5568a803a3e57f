/**
 * The API on AWS Lambda, behind an API Gateway that passes answers on as they are written (events last as long as their
 * job). Files come and go by signed links of the store, since a Lambda takes 6 MB at most.
 */
import { pipeline } from 'node:stream/promises';
import awsLambdaFastify from '@fastify/aws-lambda';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { buildApp } from '../api/app.ts';
import { startFunction } from './function.ts';

const { config, log, adapters, traced } = await startFunction('http');
const app = await buildApp({ config, log, ...adapters, shedding: false });
await app.ready();

const options = { payloadAsStream: true, decorateRequest: false } as const;
const proxy = awsLambdaFastify<APIGatewayProxyEvent, typeof options>(app, options);

export const handler = awslambda.streamifyResponse<APIGatewayProxyEvent>(
  traced(async (event, output, context) => {
    const { meta, stream } = await proxy(event, context);
    await pipeline(stream, awslambda.HttpResponseStream.from(output, { ...meta }));
  }),
);
