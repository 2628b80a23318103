/** The file in a plugin's folder that tells a stand-in of this project from Pulumi's own build. */
export const standInMarker = "STAND-IN";
