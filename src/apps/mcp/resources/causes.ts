import { CAUSES } from '../../../causes/index.gen.ts';
import { causeIndexPage } from '../../../render/cause-list.ts';
import { causePage } from '../../../render/cause-page.ts';

/** The knowledge of causes as pages. */
export const CAUSE_RESOURCES = {
  index: (): string => causeIndexPage(CAUSES).replaceAll(/\]\(([\w-]+)\.md\)/g, '](pullwhy://cause/$1)'),
  page: (id: string): string | undefined => {
    const cause = CAUSES.find((each) => each.id === id);
    return cause === undefined ? undefined : causePage(cause);
  },
};
