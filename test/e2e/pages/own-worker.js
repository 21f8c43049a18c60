/* global importScripts */
// The worker of a page that has its own push messages.
importScripts('/tui-call-push-worker.js');

self.own = [];
self.addEventListener('push', (event) => self.own.push(event.data.text()));
