import type { CutProgress } from '../../access/cut';
import type { MessageContent } from './card';
import { escaped, fit, formatted, mention, momentWithSeconds, plain } from './text';

/** At most so many sentences about what was left out; the record has them all. */
const MOST_LEFT_OUT = 5;

/** How a mass cut stands. It is called revoked only when every part of it was seen denied. */
export function cutContent(progress: CutProgress): MessageContent {
  const ours = [
    `Asked by ${mention(progress.by)} ${momentWithSeconds(progress.askedAt)}.`,
    ...standing(progress),
  ];
  const theirs = [`Reason: ${progress.reason}`, ...remarks(progress)];
  return {
    text: [
      progress.what.of === 'person'
        ? `${targetText(progress)}:`
        : `${escaped(targetText(progress))}:`,
      ...ours,
      ...theirs.map((line) => escaped(fit(line, 600))),
    ].join(' '),
    blocks: [
      {
        type: 'section',
        text:
          progress.what.of === 'person'
            ? formatted(`*${targetText(progress)}*`)
            : plain(targetText(progress)),
      },
      { type: 'section', text: formatted(ours.join('\n')) },
      ...theirs.map((line) => ({
        type: 'context' as const,
        elements: [plain(line, 1000)],
      })),
    ],
  };
}

function targetText({ what, standing: now }: CutProgress): string {
  const doing = now.stage === 'over' ? 'Cut:' : 'Cutting';
  switch (what.of) {
    case 'person':
      return `${doing} everything of ${mention(what.person)}`;
    case 'role':
      return `${doing} everything on ${fit(what.role, 75)}`;
    case 'all':
      return `${doing} everything of everybody`;
  }
}

function standing({ standing: now }: CutProgress): string[] {
  switch (now.stage) {
    case 'planning':
      return ['Looking at what is live; nothing is cut yet.'];
    case 'refused':
      return ['Refused: nothing was cut.'];
    case 'cutting':
      return [
        ...machinesText(now),
        `Asked ${now.asked} of ${now.total} · written ${now.written} of ${now.toWrite} that have sessions · seen denied ${now.observed} of ${now.total}`,
        now.aliveUntil === undefined
          ? 'Not over yet.'
          : `Not over yet: a session may be alive until ${momentWithSeconds(now.aliveUntil)} at the latest; then AWS ends it by itself.`,
      ];
    case 'over':
      return now.total === 0
        ? ['There was nothing live to cut.']
        : [
            ...machinesText(now),
            `Revoked${now.overAt === undefined ? '' : ` at ${momentWithSeconds(now.overAt)}`}: ${now.total === 1 ? 'it was' : `all ${now.total} were`} seen denied, or had handed nothing out.`,
          ];
  }
}

const machinesText = ({ total, ofMachines = 0 }: { total: number; ofMachines?: number }) =>
  ofMachines === 0 ? [] : [`Of ${total}, ${ofMachines} are of pipelines and agents.`];

function remarks({ standing: now }: CutProgress): string[] {
  switch (now.stage) {
    case 'planning':
      return [];
    case 'refused':
      return [now.because, ...(now.wouldPass === undefined ? [] : [now.wouldPass])];
    case 'cutting':
    case 'over': {
      const more = now.leftOut.length - MOST_LEFT_OUT;
      return [
        ...now.leftOut.slice(0, MOST_LEFT_OUT).map((line) => `Left alone: ${line}`),
        ...(more > 0 ? [`And ${more} more; see the record.`] : []),
      ];
    }
  }
}
