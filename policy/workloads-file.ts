import { z } from 'zod';
import { workloadKind, workloadProvider } from '../access/workload';

/** Plain HTTP is for stand-ins on the same machine. */
const address = z
  .string()
  .regex(
    /^(https:\/\/[^\s/?#]+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?)(\/[^\s?#]*)?$/,
    'an https address, such as https://token.example.com',
  );

const claimName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\S+$/, 'the name of a claim, such as repository_id');

/** One entry of `workloads`: a pipeline or an agent, and what its tokens must say. */
export const workload = z.strictObject({
  kind: workloadKind.meta({ description: 'A pipeline of a CI system, or an agent.' }),
  provider: workloadProvider.meta({
    description: 'Whose tokens it brings; `oidc` is any other issuer.',
  }),
  issuer: address.optional().meta({
    description: 'Exactly as the tokens say it. Known for github, gitlab.com and buildkite.',
  }),
  jwks: address.optional().meta({
    description: "Where the issuer's keys are, when not in the provider's usual place.",
  }),
  audience: z.string().min(1).max(255).meta({
    description: 'What the tokens are asked for; nothing else of yours accepts it.',
  }),
  accountable: z.string().trim().min(1).max(255).meta({
    description: 'Directory id or address of the person who answers for it. Never approves for it.',
  }),
  claims: z
    .record(claimName, z.union([z.string(), z.boolean(), z.int()]).transform(String))
    .meta({ description: 'Claims with exactly these values. Ids, which are never given twice.' }),
  run: claimName.optional().meta({
    description: 'Of oidc: the claim that names one run, such as session_id.',
  }),
});
export type WorkloadFile = z.infer<typeof workload>;
