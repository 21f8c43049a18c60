// Answers the call server's questions about group membership. npm install standardwebhooks
// TUI_CALL_GROUP_SECRET: the same value as on the call server.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.TUI_CALL_GROUP_SECRET);

/** Replace it by a look into your own data. */
async function isMember(userId, groupId) {
  return groupId === 'team-7' && ['alice', 'bob'].includes(userId);
}

const server = createServer(async (request, response) => {
  try {
    // The body as it was sent: the signature covers its bytes.
    const { type, data } = webhook.verify(await text(request), request.headers);
    if (type !== 'group.membership') throw new Error(`unknown type ${type}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ member: await isMember(data.userId, data.groupId) }));
  } catch (error) {
    console.error(error.message);
    response.writeHead(400).end();
  }
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
