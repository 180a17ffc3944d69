import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// What needs types is asked of oxlint (.oxlintrc.json), ten times as fast; everything else stands here.
const pure = (selector, message) => ({ selector, message });

/** What is refused in the domain, everywhere. */
const impure = [
  pure('ExportDefaultDeclaration', 'Name what you export.'),
  pure('TSEnumDeclaration', 'Use a union of string literals.'),
  pure('ClassDeclaration', 'The domain is functions and data.'),
  pure('ThrowStatement', 'A refusal is a value: reject(...).'),
  pure(':function[async=true]', 'The domain does no I/O.'),
  pure("MemberExpression[object.name='Date'][property.name='now']", 'Time arrives with the command.'),
  pure("MemberExpression[object.name='Math'][property.name='random']", 'Randomness arrives with the command.'),
];

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**', '.cache/**', 'bench/node_modules/**', '**/*.cjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An injected class must stay a value import, or its DI metadata disappears.
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }],
      complexity: ['error', 10],
      'no-restricted-syntax': [
        'error',
        pure('ExportDefaultDeclaration', 'Name what you export.'),
        pure('TSEnumDeclaration', 'Use a union of string literals.'),
      ],
    },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...impure, pure("NewExpression[callee.name='Date']", 'Time arrives with the command.')] },
  },
  {
    // The one place where an instant is written: of a moment that is given, never of now.
    files: ['src/domain/shared/time.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...impure,
        pure("NewExpression[callee.name='Date'][arguments.length=0]", 'Time arrives with the command.'),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  prettier,
);
