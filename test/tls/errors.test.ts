import assert from "node:assert/strict";
import { test } from "node:test";
import { libraryError, truncatedError, verificationError, TLSError } from "../../src/tls/errors.ts";
import { ConnectionLost } from "../../src/transport/errors.ts";

test("libraryError, alerts by whatever name OpenSSL gives them, in the handshake and after it", () => {
  const alerts = {
    "tlsv1 alert unknown ca": "unknown_ca",
    "sslv3 alert bad certificate": "bad_certificate",
    "ssl/tls alert certificate expired": "certificate_expired",
    "tlsv13 alert certificate required": "certificate_required",
    "tlsv1 unrecognized name": "unrecognized_name",
  };
  for (const [reason, alert] of Object.entries(alerts)) {
    const cause = new Error(reason);
    const inHandshake = libraryError(reason, true, cause);
    assert.deepEqual(
      [inHandshake.code, inHandshake.alert, inHandshake.cause],
      ["ERR_TLS_HANDSHAKE_ALERT", alert, cause],
    );
    const later = libraryError(reason, false);
    assert.deepEqual([later.code, later.alert, later.name], ["ERR_TLS_ALERT", alert, "AlertError"]);
  }
});

test("libraryError, in the handshake, by what is wrong; after it, TLS cannot go on", () => {
  const codes = {
    "http request": "ERR_TLS_NOT_TLS",
    "wrong version number": "ERR_TLS_NOT_TLS",
    "no shared cipher": "ERR_TLS_NO_COMMON_PARAMETERS",
    "unsupported protocol": "ERR_TLS_NO_COMMON_PARAMETERS",
    "no suitable key share": "ERR_TLS_NO_COMMON_PARAMETERS",
    "no suitable signature algorithm": "ERR_TLS_NO_COMMON_PARAMETERS",
    "peer did not return a certificate": "ERR_TLS_CERTIFICATE_REQUIRED",
    "decryption failed or bad record mac": "ERR_TLS_HANDSHAKE",
  };
  for (const [reason, code] of Object.entries(codes)) {
    const error = libraryError(reason, true);
    assert.equal(error.code, code, reason);
    assert.ok(error.message.includes(reason));
    assert.equal(libraryError(reason, false).code, "ERR_TLS");
  }
});

test("verificationError, by OpenSSL's name, which it keeps", () => {
  const codes = {
    CERT_HAS_EXPIRED: "ERR_TLS_CERTIFICATE_EXPIRED",
    CERT_NOT_YET_VALID: "ERR_TLS_CERTIFICATE_NOT_YET_VALID",
    DEPTH_ZERO_SELF_SIGNED_CERT: "ERR_TLS_SELF_SIGNED",
    SELF_SIGNED_CERT_IN_CHAIN: "ERR_TLS_UNKNOWN_AUTHORITY",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "ERR_TLS_UNKNOWN_AUTHORITY",
    HOSTNAME_MISMATCH: "ERR_TLS_HOSTNAME_MISMATCH",
    CERT_REVOKED: "ERR_TLS_VERIFICATION",
  };
  for (const [reason, code] of Object.entries(codes)) {
    const error = verificationError(reason);
    assert.deepEqual([error.code, error.reason], [code, reason]);
  }
  const cause = new Error("it is revoked");
  const error = verificationError("CERT_REVOKED", { cause, message: cause.message });
  assert.deepEqual([error.cause, error.message], [cause, "The peer's certificate is not good: it is revoked"]);
});

test("all of them, are connections that were lost", () => {
  for (const error of [
    libraryError("x", true),
    libraryError("x", false),
    verificationError("X"),
    truncatedError(true),
  ]) {
    assert.ok(error instanceof ConnectionLost && error instanceof TLSError);
  }
  assert.deepEqual(
    [truncatedError(true).code, truncatedError(false).code],
    ["ERR_TLS_HANDSHAKE_TRUNCATED", "ERR_TLS_TRUNCATED"],
  );
  assert.deepEqual(new TLSError().alert, undefined);
});
