import { type Check, error, ok } from './check.ts';

export const configuration: Check = {
  slug: 'configuration',
  look: ({ file, problems, settings }) => {
    const remedy = 'Correct it: dicomtap check names the place, docs/configuration.md has every setting';
    if (problems.length > 0) return problems.slice(0, 10).map((problem) => error(file, problem, remedy));
    if (settings.interfaces.length > 0)
      return [ok(null, file === null ? 'no file: defaults and what is given hold' : `${file} is valid`)];
    return [
      error(
        file,
        'there is no interface to listen on',
        'Name one with --interface, or under interfaces: in the configuration file',
      ),
    ];
  },
};
