/** The version of the runtime specification that ocirun implements: config.json is read and states are written by it. */
export const SPECIFICATION_VERSION = '1.3.0';
