/** `everyhop service`: the unit of systemd that runs `up`. */
export {
  defaultConfiguration,
  installCommand,
  type ServiceArguments,
  serviceStateFolder,
} from './service/description.ts';
export { installService, previewService } from './service/install.ts';
export { type ServiceState, serviceState, uninstallService } from './service/state.ts';
