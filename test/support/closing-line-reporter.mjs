/** Prints the closing line that the continuous integration reads: `N passed, N failed`. */
export default class ClosingLineReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numFailedTestSuites, numRuntimeErrorTestSuites }) {
    const brokenFiles = Math.max(numRuntimeErrorTestSuites, numFailedTests === 0 ? numFailedTestSuites : 0);
    process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests + brokenFiles} failed\n`);
  }
}
