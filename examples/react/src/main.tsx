import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Calls } from './calls';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Calls />
  </StrictMode>,
);
