// Carries what it is given to whoever it is for, and says so.
export function message({ from, body }) {
  memory.delivered = (memory.delivered ?? 0) + 1;
  log(`delivered ${body.parcel} for ${from}`);
  send(from, { receipt: body.parcel });
}
