/** Extensions of LUTs that are no pictures. A test holds them against the library's formats. */
export const LUT_NAME: RegExp = /\.(cube|clf|csp|3dl|spi1d|spi3d)$/i;
