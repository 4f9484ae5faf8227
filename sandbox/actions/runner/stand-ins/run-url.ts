/** Address of the module that runs stand-ins, for the scripts that the engine starts: a source here, built elsewhere. */
export const RUN_URL = new URL(`./run${/\.[a-z]+$/.exec(import.meta.url)![0]}`, import.meta.url).href;
