import type { PolicyJson } from './policy-document';

const READ = ['s3:List*', 's3:Get*', 'ec2:Describe*', 'iam:Get*', 'iam:List*', 'sts:Get*'];

/** What a target role may do in the stand-in's AWS. The catalog does not say; the role's name does. */
export const accessOf = (role: { id: string }): PolicyJson => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: /read/i.test(role.id) ? READ : '*', Resource: '*' }],
});
