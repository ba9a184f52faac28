/** The date and time as Daytime (RFC 867) says it. The format is free; this is the one of C's `asctime`, in UTC. */

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Tue Feb  2 17:37:43 1982`, and the end of a line, for so many seconds since 1970. */
export function daytimeText(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  return `${day} ${time.map((part) => String(part).padStart(2, "0")).join(":")} ${date.getUTCFullYear()}\r\n`;
}
