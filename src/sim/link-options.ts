/** What a way from one host to another is like. */

/**
 * A time in seconds that is drawn anew for each packet: a fixed one, or one from a distribution. Normal ones are cut off at 0; Pareto has the
 * long tail that real networks have: `minimum` is the shortest time, and the smaller the `shape` (above 0) the longer the tail.
 */
export type Delay =
  | number
  | { readonly uniform: readonly [least: number, most: number] }
  | { readonly normal: { readonly mean: number; readonly deviation: number } }
  | { readonly pareto: { readonly minimum: number; readonly shape: number; readonly most?: number } };

export interface LinkOptions {
  /** How long a packet is on its way, besides what bandwidth makes of its size. Default: 0.5 ms */
  readonly latency?: Delay;
  /** Bytes per second; packets wait for those before them. Default: no limit */
  readonly bandwidth?: number;
  /** How many bytes may wait where there is a bandwidth; what comes on top is lost. Default: 256 KiB */
  readonly queue?: number;
  /** The longest packet; longer segments are cut, longer datagrams are as likely to be lost as the sum of their parts. Default: 1500 */
  readonly mtu?: number;
  /** The probability, 0 to 1, that a packet is lost. Streams send it again, which takes time. Default: 0 */
  readonly loss?: number;
  /** The probability that a datagram arrives twice. Default: 0 */
  readonly duplication?: number;
  /** The probability that a datagram is overtaken by others. Default: 0 */
  readonly reordering?: number;
  /** How much longer than others a datagram that is overtaken is on its way. Default: up to 50 ms */
  readonly reorderingDelay?: Delay;
}
