import { CompactSign, compactVerify, importJWK, type JWK } from 'jose';
import { Refused } from '../access/refused';
import { statement, type EdgeSigner, type EdgeVerifier, type Statement } from '../access/statement';

const TYPE = 'curfew-statement+jws';

/** Signs what humans said. `privateJwk` is an Ed25519 key that only the bot holds. */
export function createEdgeSigner(privateJwk: JWK): EdgeSigner {
  return {
    async sign(said) {
      const key = await importJWK(privateJwk, 'EdDSA');
      const payload = new TextEncoder().encode(JSON.stringify(statement.parse(said)));
      const seal = await new CompactSign(payload)
        .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
        .sign(key);
      return { statement: said, seal };
    },
  };
}

/** Verifies them; knows the public key only, so it cannot make any. */
export function createEdgeVerifier(publicJwk: JWK): EdgeVerifier {
  return {
    async verify(seal, kind) {
      const said = await open(publicJwk, seal);
      if (!isKind(said, kind)) {
        throw new Refused(`This is a signed ${said.kind}, where a signed ${kind} is needed.`);
      }
      return said;
    },
  };
}

async function open(publicJwk: JWK, seal: string): Promise<Statement> {
  try {
    const key = await importJWK(publicJwk, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(seal, key, { algorithms: ['EdDSA'] });
    if (protectedHeader.typ !== TYPE) throw new Error(`unexpected type ${protectedHeader.typ}`);
    return statement.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch (cause) {
    throw new Refused(
      'The signature of the bot is missing or wrong, so nobody said this.',
      undefined,
      {
        cause,
      },
    );
  }
}

const isKind = <K extends Statement['kind']>(
  said: Statement,
  kind: K,
): said is Extract<Statement, { kind: K }> => said.kind === kind;
