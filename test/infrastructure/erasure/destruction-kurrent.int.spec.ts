import { inGivenKurrentDb } from '../../support/logs.js';
import { destructionContract } from './destruction.contract.js';

destructionContract('EventStoreDB / KurrentDB', inGivenKurrentDb);
