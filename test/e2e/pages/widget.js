// Puts a widget on the page for each user named in the address: ?user=…&sig=…&server=…
{
  const query = new URLSearchParams(location.search);
  const users = query.getAll('user');
  const sigs = query.getAll('sig');
  window.makeWidget = (index = 0) => {
    const widget = document.createElement('tui-call');
    widget.id = users[index];
    widget.setAttribute('server', query.get('server'));
    widget.setAttribute('user-id', users[index]);
    widget.setAttribute('user-sig', sigs[index]);
    for (const [name, value] of query) {
      if (!['user', 'sig', 'server'].includes(name)) widget.setAttribute(name, value);
    }
    return widget;
  };
  if (location.hash !== '#later') {
    users.forEach((user, index) => document.body.append(window.makeWidget(index)));
  }
}
