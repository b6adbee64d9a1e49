// A stall: agents and people ask for prices, sell and buy. Prices rise with what is bought and fall with what is sold.
// { ask: 'prices' } · { buy: 'bread' } · { sell: 'bread' }

const goods = { bread: 2, rope: 5, lantern: 12 } as const;

export function start() {
  memory.stock ??= { bread: 20, rope: 8, lantern: 3 };
  memory.price ??= { ...goods };
  memory.purses ??= {};
}

export function message({ from, sender, body }: Message) {
  if (body?.said) return;
  const answer = serve(sender, body ?? {});
  log(sender, body, answer);
  if (from) send(from, answer);
  else say(`${sender}: ${JSON.stringify(answer)}`);
}

function serve(customer: string, { ask, buy, sell }: { ask?: unknown; buy?: unknown; sell?: unknown }): Json {
  const purse: number = memory.purses[customer] ?? 50;
  if (ask === 'prices') return { prices: memory.price, stock: memory.stock, purse };
  const good = [buy, sell].find((name) => typeof name === 'string' && Object.hasOwn(goods, name));
  if (typeof good !== 'string') return { error: `I deal in ${Object.keys(goods).join(', ')}` };
  const price: number = memory.price[good];
  if (buy === good) {
    if (memory.stock[good] < 1) return { error: `No ${good} is left` };
    if (purse < price) return { error: `${good} is ${price}, and you have ${purse}` };
    return trade(customer, good, { pieces: -1, pays: price, purse });
  }
  return trade(customer, good, { pieces: 1, pays: -Math.floor(price * 0.8), purse });
}

function trade(customer: string, good: string, deal: { pieces: number; pays: number; purse: number }): Json {
  memory.stock[good] += deal.pieces;
  memory.purses[customer] = deal.purse - deal.pays;
  memory.price[good] = Math.max(1, Math.round(memory.price[good] * (deal.pieces < 0 ? 1.1 : 0.9)));
  return { good, paid: deal.pays, purse: memory.purses[customer] };
}
