/** Conventional Commits with a subject of at most 72 characters; the body says why. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'header-max-length': [2, 'always', 72],
    'body-max-line-length': [2, 'always', 100],
    'footer-max-line-length': [0],
    'subject-case': [0],
  },
};
