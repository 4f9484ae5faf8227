/** What user code may see of our environment. A list of what is let in, because secrets have no common name. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'CI',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'CONDA_EXE',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'NVM_DIR',
  'VOLTA_HOME',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
  'PKG_CONFIG_PATH',
  'JAVA_HOME',
  'SPARK_HOME',
  'R_HOME',
  'R_LIBS',
  'R_LIBS_USER',
  'R_LIBS_SITE',
  'JULIA_DEPOT_PATH',
  'GOPATH',
  'GOROOT',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'RUSTUP_TOOLCHAIN',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
] as const;
/** Locales, accelerators and the number of threads of numeric libraries. */
const PASSED_PREFIXES = [
  'LC_',
  'CUDA_',
  'NVIDIA_',
  'ROCR_',
  'HIP_',
  'HSA_',
  'OMP_',
  'MKL_',
  'OPENBLAS_',
  'NUMEXPR_',
  'TF_',
  'XLA_',
  'TORCH_',
  'PYTORCH_',
  'HF_HOME',
  'NIX_',
] as const;
/** Where packages come from; may hold credentials, so only the install command gets them. */
const REGISTRY =
  /^(pip_|uv_|poetry_|pdm_|npm_config_|yarn_|conda_|cran|renv_|cargo_registr|goproxy|gonosumdb|goprivate|netrc|maven_|(https?|all|no|ftp)_proxy$)/i;

type Variables = Readonly<Record<string, string | undefined>>;

/** What user code is told of this machine: its environment without secrets, the registries apart. */
export function readHost(variables: Variables = process.env): {
  readonly environment: Readonly<Record<string, string>>;
  readonly registries: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly arch: string;
} {
  const passed = new Set<string>(PASSED);
  const isPassed = (name: string): boolean =>
    passed.has(name) || PASSED_PREFIXES.some((prefix) => name.startsWith(prefix));
  return {
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...pick(variables, isPassed) },
    registries: pick(variables, (name) => REGISTRY.test(name)),
    platform: process.platform,
    arch: process.arch,
  };
}

function pick(variables: Variables, wanted: (name: string) => boolean): Readonly<Record<string, string>> {
  const entries = Object.entries(variables).filter(([name, value]) => value !== undefined && wanted(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
