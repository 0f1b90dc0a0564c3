// npm `@cedx/akismet`: api_key in the body, even for verify-key; throws at any debug header.
const { key, blog, port, path, ok } = require('./here.cjs')

async function main() {
  const { Author, Blog, CheckResult, Client, Comment } = await import(`${path('@cedx/akismet')}/lib/index.js`)
  const options = { baseUrl: `http://127.0.0.1:${port}` }
  const here = new Blog({ url: blog, charset: 'UTF-8', languages: ['en', 'fr'] })
  const winnow = new Client(key, here, options)
  const person = name => new Author({ ipAddress: '203.0.113.7', name, userAgent: 'Mozilla/5.0' })
  const spam = new Comment({ author: person('viagra-test-123'), content: 'Pills!', context: ['a', 'b'] })
  const ham = new Comment({ author: person('Ada'), content: 'By hand.', date: new Date() })

  ok('valid key', await winnow.verifyKey())
  ok('wrong key', !(await new Client('0'.repeat(12), here, options).verifyKey()))
  ok('spam', (await winnow.checkComment(spam)) !== CheckResult.ham)
  ok('ham', (await winnow.checkComment(ham)) === CheckResult.ham)
  await winnow.submitHam(spam)
  ok('submit-ham')
  await winnow.submitSpam(ham)
  ok('submit-spam')
  const tester = new Client(key, here, { ...options, isTest: true })
  ok('is_test', (await tester.checkComment(spam)) !== CheckResult.ham)
  const stranger = new Client('0'.repeat(12), here, options)
  ok('check with a wrong key', await stranger.checkComment(ham).then(() => false, () => true))
}
main().catch(error => { console.error(error); process.exit(1) })
