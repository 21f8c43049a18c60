import { createApp } from 'vue';
import Calls from './calls.vue';

createApp(Calls).mount('#app');
